"""Japanese phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    wrote=(
        "のメール", "は書きました", "のメッセージ", "さんは書きました", "がメールを書きました",
        "さんが書きました", "wrote", "は次のように書きました", "からのメール", "書きました",
    ),
    from_labels=("差出人", "送信者", "from", "発信者"),
    date_labels=("送信日時", "日時", "日付", "送信日", "送信", "受信日時", "date"),
    other_labels=("宛先", "cc", "bcc", "返信先", "重要度", "添付ファイル", "to", "ｃｃ", "受信者"),
    subject_labels=("件名", "題名", "タイトル", "表題"),
    original=(
        "元のメッセージ", "オリジナルメッセージ", "元のメール", "オリジナル メッセージ", "original message",
        "返信元メッセージ", "元の予定",
    ),
    forwarded=(
        "転送メッセージ", "転送されたメッセージ", "転送されたメール", "転送メール", "以下は転送メッセージ",
        "ここから転送メッセージ",
    ),
    sent_from=(
        "iphoneから送信", "androidから送信", "ipadから送信", "私のiphoneから送信", "iphone から送信",
        "android から送信", "ipad から送信", "galaxyから送信", "galaxy から送信", "xperiaから送信",
        "スマートフォンから送信", "携帯から送信", "携帯電話から送信", "windows 10 版のメール",
        "windows 版のメール", "outlook for ios を入手", "outlook for android を入手",
        "android 版 outlook を入手", "ios 版 outlook を入手", "yahoo!メールから送信", "outlookから送信",
        "ソフトバンクのiphoneから送信",
    ),
    closings=("敬具", "草々", "かしこ", "以上"),
    disclaimers=(
        "本メールは", "このメールは、", "このメールには", "本メールには", "本電子メール",
        "このメッセージには", "この電子メール", "機密情報",
    ),
    legal=("機密", "秘密情報", "受信者", "宛先以外", "誤って", "削除", "送信者"),
    away=(
        "自動応答",
        "自動返信",
        "不在通知",
        "自動返信メール",
        "自動応答メール",
        "休暇中",
        "外出中",
        "不在のお知らせ",
        "不在",
        "不在にしております",
    ),
    undelivered=(
        "配信不能",
        "配信できません",
        "エラーメール",
        "送信エラー",
        "配送不能",
        "メールエラー通知",
        "配信エラー",
        "送信できませんでした",
        "未配信",
    ),
    failure=(
        "送信できませんでした",
        "配信できませんでした",
        "配送できませんでした",
        "届けられませんでした",
        "宛先不明",
    ),
    daemon=("メール配信システム",),
)  # fmt: skip
