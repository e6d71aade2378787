"""Thai phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("ตอบกลับอัตโนมัติ", "การตอบกลับอัตโนมัติ", "ข้อความตอบกลับอัตโนมัติ", "ไม่อยู่ที่สำนักงาน"),
    undelivered=("ไม่สามารถส่ง", "ส่งไม่สำเร็จ"),
)
