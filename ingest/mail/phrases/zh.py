"""Chinese phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=("在",),
    wrote=(
        "写道",
        "寫道",
        "写入",
        "撰寫",
    ),
    from_labels=(
        "发件人",
        "寄件者",
        "寄件人",
    ),
    date_labels=(
        "发送时间",
        "发送日期",
        "日期",
        "寄件日期",
        "时间",
    ),
    other_labels=(
        "收件人",
        "抄送",
        "主题",
        "主旨",
        "副本",
    ),
    original=(
        "原始邮件",
        "邮件原件",
        "原始郵件",
        "原邮件",
    ),
    forwarded=(
        "转发的邮件",
        "轉寄郵件",
        "转发邮件",
    ),
    sent_from=(
        "发自我的",
        "從我的",
        "发送自",
    ),
    away=(
        "自动回复",
        "自動回覆",
        "自动答复",
        "外出",
    ),
    undelivered=(
        "退信",
        "无法送达",
        "未送达",
        "投递失败",
        "系统退信",
        "退回",
    ),
)
