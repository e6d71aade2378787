"""Polish phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "dnia", "w dniu", "pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz.", "nd.", "poniedziałek",
        "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela", "data", "w wiadomości",
    ),
    wrote=(
        "napisał", "napisała", "napisał(a)", "napisał/a", "napisał(-a)", "napisali", "pisze", "pisał",
        "pisała", "napisano", "wiadomość napisana przez", "napisał/-a",
    ),
    persons=("ja", "my", "pan", "pani", "państwo", "on", "ona"),
    from_labels=("od", "nadawca", "w imieniu"),
    date_labels=(
        "wysłano", "data", "wysłane", "wysłany", "wysłana", "data wysłania", "data wysłania wiadomości",
    ),
    other_labels=(
        "do", "dw", "udw", "cc", "kopia", "odpowiedz do", "odpowiedź do", "ważność", "priorytet",
        "załączniki", "adresat", "odbiorca", "kopia do",
    ),
    subject_labels=("temat", "dotyczy"),
    original=(
        "wiadomość oryginalna", "oryginalna wiadomość", "wiadomość pierwotna",
        "treść oryginalnej wiadomości", "oryginalny e-mail", "original message", "wiadomość źródłowa",
        "wiadomość początkowa", "oryginalne spotkanie",
    ),
    forwarded=(
        "wiadomość przekazana dalej", "przekazana wiadomość", "wiadomość przekazana",
        "początek przekazywanej wiadomości", "treść przekazanej wiadomości", "przesłana dalej wiadomość",
        "przekazane przez", "przekazywana wiadomość", "wiadomość przesłana dalej", "forwarded message",
    ),
    sent_from=(
        "wysłano z mojego", "wysłano z mojej", "wysłane z mojego", "wysłano z iphone", "wysłane z iphone",
        "wysłano z ipad", "wysłano z androida", "wysłane z androida", "wysłano z programu",
        "wysłano z aplikacji", "wysłane z aplikacji", "wysłane z programu", "wysłano z outlook",
        "wysłane z outlook", "wysłano z poczty", "wysłane z poczty", "wysłano z telefonu",
        "wysłane z telefonu", "wysłano z urządzenia", "wysłane z urządzenia", "wysłano z yahoo",
        "wysłano z samsung", "wysłano z smartfon", "wysłano ze smartfon", "wysłane ze smartfon",
        "wysłano z komórki", "wysłane z komórki", "pobierz outlook", "pobierz program outlook",
        "pobierz aplikację outlook", "uzyskaj outlook", "uzyskaj program outlook",
        "uzyskaj aplikację outlook", "wysłano z gmail", "wysłano za pomocą aplikacji",
        "wysłano za pomocą poczty", "wysłano przy użyciu aplikacji",
    ),
    closings=(
        "pozdrawiam", "pozdrawiam serdecznie", "serdecznie pozdrawiam", "pozdrowienia", "z pozdrowieniami",
        "z poważaniem", "z wyrazami szacunku", "z wyrazami poważania", "łączę pozdrowienia",
        "łączę wyrazy szacunku", "z serdecznymi pozdrowieniami", "pzdr", "pozdr", "pozdr.",
        "najlepsze pozdrowienia", "z szacunkiem", "wszystkiego dobrego", "dziękuję i pozdrawiam",
        "dzięki i pozdrawiam", "serdeczności",
    ),
    disclaimers=(
        "ta wiadomość", "niniejsza wiadomość", "niniejszy e-mail", "treść tej wiadomości",
        "treść niniejszej", "informacje zawarte w", "informacja zawarta w", "klauzula poufności",
        "uwaga: ta wiadomość", "jeżeli nie są państwo", "jeśli nie jesteś adresatem", "jeżeli nie jest pan",
        "jeśli otrzymali państwo", "pomyśl o środowisku", "zanim wydrukujesz", "wolny od wirusów",
    ),
    legal=("poufn", "adresat", "odbiorc", "środowisk", "wirus", "dane osobowe", "druk", "nadawc"),
    away=(
        "automatyczna odpowiedź",
        "odpowiedź automatyczna",
        "poza biurem",
        "nieobecność w biurze",
        "jestem na urlopie",
        "na urlopie",
        "automatyczna odpowiedz",
        "odpowiedz automatyczna",
        "autoodpowiedź",
        "nieobecny w biurze",
        "jestem poza biurem",
    ),
    away_short=(
        "nieobecność",
        "urlop",
    ),
    undelivered=(
        "niedostarczona",
        "nie można dostarczyć",
        "nie dostarczono",
        "niedostarczalne",
        "niedostarczony",
        "zwrot wiadomości",
    ),
    failure=(
        "nie można dostarczyć",
        "nie istnieje",
    ),
)  # fmt: skip
