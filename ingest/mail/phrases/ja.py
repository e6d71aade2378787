"""Japanese phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    wrote=(
        "のメール",
        "は書きました",
        "のメッセージ",
        "さんは書きました",
        "がメールを書きました",
    ),
    from_labels=(
        "差出人",
        "送信者",
    ),
    date_labels=(
        "送信日時",
        "日時",
        "日付",
    ),
    other_labels=(
        "宛先",
        "件名",
        "cc",
    ),
    original=(
        "元のメッセージ",
        "オリジナルメッセージ",
    ),
    forwarded=(
        "転送メッセージ",
        "転送されたメッセージ",
    ),
    sent_from=(
        "iphoneから送信",
        "androidから送信",
        "ipadから送信",
    ),
    away=(
        "自動応答",
        "自動返信",
        "不在通知",
    ),
    undelivered=(
        "配信不能",
        "配信できません",
        "エラーメール",
        "送信エラー",
        "配送不能",
    ),
)
