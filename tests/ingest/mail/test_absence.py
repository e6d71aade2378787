"""Absence notices are told from people who write about absence."""

# ruff: noqa: RUF001 - words of other alphabets, whose letters look like Latin ones

from __future__ import annotations

import pytest

from events.message import Kind
from tests.ingest.mail.letters import message

NOTICES = {
    "ar": ("رد تلقائي: الفاتورة", "خارج المكتب"),
    "bg": ("Автоматичен отговор: Фактура", "Извън офиса: Фактура"),
    "ca": ("Resposta automàtica: Factura", "Fora de l'oficina"),
    "cs": ("Automatická odpověď: Faktura", "Mimo kancelář: Faktura"),
    "da": ("Automatisk svar: Faktura", "Fraværsmeddelelse: Re: Faktura"),
    "de": ("Automatische Antwort: Rechnung", "Abwesenheitsnotiz: Re: Rechnung", "Nicht im Büro"),
    "el": ("Αυτόματη απάντηση: Τιμολόγιο", "Εκτός γραφείου"),
    "en": ("Automatic reply: Your ticket", "Auto-Reply: Re: [#12] Invoice", "Out of Office: Re: hello",
           "OUT OF OFFICE", "[Auto-Reply] Re: hello", "Out of Office AutoReply: Invoice", "On vacation",
           "I’m out of the office: Invoice"),
    "es": ("Respuesta automática: Su factura", "Fuera de la oficina", "De vacaciones: Factura"),
    "et": ("Automaatvastus: Arve",),
    "fi": ("Automaattinen vastaus: Lasku", "Poissa toimistosta"),
    "fr": ("Réponse automatique : Facture", "Absence du bureau : Facture", "Message d’absence"),
    "he": ("תשובה אוטומטית: חשבונית", "מחוץ למשרד"),
    "hr": ("Automatski odgovor: Račun",),
    "hu": ("Automatikus válasz: Számla", "Házon kívül"),
    "id": ("Balasan otomatis: Faktur",),
    "it": ("Risposta automatica: Fattura", "Fuori ufficio: Fattura"),
    "ja": ("自動応答: 請求書", "自動返信：請求書"),
    "ko": ("자동 회신: 송장", "부재중 자동 회신: 송장"),
    "lt": ("Automatinis atsakymas: Sąskaita",),
    "lv": ("Automātiska atbilde: Rēķins",),
    "nb": ("Automatisk svar: Fakturaen", "Autosvar: Re: Faktura", "Fraværsmelding: Re: Faktura",
           "Ikke på kontoret"),
    "nl": ("Automatisch antwoord: Factuur", "Afwezigheidsbericht: Factuur"),
    "pl": ("Odpowiedź automatyczna: Faktura", "Automatyczna odpowiedź: Faktura"),
    "pt": ("Resposta automática: Fatura", "Fora do escritório"),
    "ro": ("Răspuns automat: Factura", "În afara biroului"),
    "ru": ("Автоматический ответ: Счёт", "Автоответ: Счёт", "В отпуске"),
    "sk": ("Automatická odpoveď: Faktúra",),
    "sl": ("Samodejni odgovor: Račun",),
    "sv": ("Automatiskt svar: Faktura", "Frånvaromeddelande: Faktura", "Inte på kontoret"),
    "th": ("ตอบกลับอัตโนมัติ: ใบแจ้งหนี้",),
    "tr": ("Otomatik yanıt: Fatura", "Ofis dışında"),
    "uk": ("Автоматична відповідь: Рахунок",),
    "vi": ("Trả lời tự động: Hóa đơn",),
    "zh": ("自动回复：发票", "自動回覆: 發票", "不在办公室"),
}  # fmt: skip
LOOK_ALIKES = (
    "Re: Automatic reply: Your ticket", "Automatic reply does not work",
    "Out of office settings broken since Monday", "How do I set up an auto reply?",
    "Vacation request form gives an error", "Vacation", "On vacation days and how they are counted",
    "Auto reply template in Spanish", "Please turn off my out of office", "Away team jerseys: wrong size",
    "Autoresponder feature request", "Fuera de la oficina no puedo entrar en la VPN",
    "¿Cómo activo la respuesta automática?", "Vacaciones: ¿cuántos días me quedan?", "Vacaciones",
    "Fraværsmelding virker ikke i Outlook", "Automatisk svar kommer ikke frem", "Ferie", "Fravær: Kari, 3b",
    "Hvordan slår jeg på autosvar?", "Absence", "Absent: Leo, class 3b", "Absence : élève malade",
    "Réponse automatique en panne", "Abwesenheitsnotiz einrichten", "Urlaub: Antrag vom Montag", "Urlaub",
    "Automatische Antwort funktioniert nicht", "Risposta automatica non parte",
    "Automatisch antwoord uitzetten", "Odpowiedź automatyczna nie działa",
    "Как включить автоответ?", "自動返信の設定方法", "自动回复怎么设置",
    "자동 회신 설정이 안 됩니다",
)  # fmt: skip


@pytest.mark.parametrize("subject", [subject for subjects in NOTICES.values() for subject in subjects])
def test_absence_subjects_are_automatic(subject: str) -> None:
    """The subjects that absence assistants write, alone or before a colon, in every language we know."""
    got = message("I am back on Monday.", f"Subject: {subject}")
    assert (got.kind, got.kind_because) == (Kind.AUTO_REPLY, "absence in subject")


@pytest.mark.parametrize("subject", LOOK_ALIKES)
def test_people_may_write_about_absence(subject: str) -> None:
    """A customer whose subject merely looks like an absence notice is not silenced."""
    assert message("Hello", f"Subject: {subject}").kind is Kind.HUMAN


@pytest.mark.parametrize("subject", ["Fravær: Faktura", "Ausente", "Abwesend: Rechnung", "Absence : facture"])
def test_short_absence_subjects_count_in_an_answer(subject: str) -> None:
    """What a person might write counts only where it answers a mail of ours."""
    answers = message("x", f"Subject: {subject}", "In-Reply-To: <a@desk.example>")
    assert answers.kind_because == "absence in subject of an answer"
    assert message("x", f"Subject: {subject}").kind is Kind.HUMAN
