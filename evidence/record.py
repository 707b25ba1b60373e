"""What a capture writes down: every field of a good capture, with "unknown" spelled out, and the page's text (pure)."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from typing import Any

from crawler import page
from crawler.exchange import Exchange

UNKNOWN = "unknown"
NOT_MADE = "not_made"  # no rendering takes place: a picture of the page could show what nobody may keep


@dataclass(frozen=True)
class Origin:
    """Who asked for a capture and with what: ids and versions only."""

    case_id: str
    exhibit_id: str
    actor: str
    reason: str
    version: str


def exchange_document(exchange: Exchange, origin: Origin) -> dict[str, Any]:
    """The fields of trust.md C2; what the machine cannot know reads "unknown", so that no absence passes unseen."""
    return {
        "request_path": {
            "asked": exchange.asked,
            "hops": [asdict(hop) for hop in exchange.hops],
            "final": exchange.final_url,
        },
        "network": _network(exchange),
        "exchange": _answer(exchange),
        "rendering": dict.fromkeys(
            ("viewport_picture", "full_page_picture", "final_dom", "console_log", "browser"), NOT_MADE
        ),
        "profile": {"cookies_sent": _sent(exchange, "cookie"), "language": _sent(exchange, "accept-language"),
                    "user_agent": _sent(exchange, "user-agent"), "cache": "none", "proxy": UNKNOWN,
                    "machine": platform.platform(), "python": platform.python_version()},
        "time": {"started_at": exchange.started_at.isoformat(), "ended_at": exchange.ended_at.isoformat(),
                 "zone": "UTC", "clock": "system", "clock_offset": UNKNOWN},
        "origin": asdict(origin) | {"commit": UNKNOWN, "configuration_sha256": UNKNOWN},
    }  # fmt: skip


def page_text(exchange: Exchange) -> str:
    """The text of the page, field by field, as the matching saw it; empty when there was no text body."""
    if exchange.body is None:
        return ""
    read = page.read(exchange.body, exchange.final_url, exchange.mime, exchange.charset)
    return "\n".join(f"[{field.name}]\n{field.text}\n" for field in read.fields)


def as_bytes(document: Any) -> bytes:
    """JSON in one fixed form: sorted keys, UTF-8, one newline at the end."""
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _network(exchange: Exchange) -> dict[str, Any]:
    last = exchange.hops[-1] if exchange.hops else None
    return {
        "dns_answers": list(exchange.dns) or UNKNOWN,
        "resolver": UNKNOWN,
        "ttl": UNKNOWN,
        "address": last.address if last and last.address else UNKNOWN,
        "port": last.port if last and last.port else UNKNOWN,
        "own_address": UNKNOWN,
        "tls": last.tls if last and last.tls else ("none" if exchange.final_url.startswith("http:") else UNKNOWN),
        "certificate_chain": UNKNOWN,
    }


def _answer(exchange: Exchange) -> dict[str, Any]:
    return {
        "status": UNKNOWN if exchange.status is None else exchange.status,
        "error_class": exchange.error_class or "none",
        "request_headers": [list(pair) for pair in exchange.request_headers],
        "headers": [list(pair) for pair in exchange.headers],
        "mime": exchange.mime or UNKNOWN,
        "charset": exchange.charset or UNKNOWN,
        "body_kept": exchange.body is not None,
        "body_sha256": exchange.body_sha256 or UNKNOWN,
        "body_bytes": exchange.body_bytes,
        "transferred_sha256": UNKNOWN,
        "cut": [asdict(cut) for cut in exchange.cut],
    }


def _sent(exchange: Exchange, header: str) -> str:
    return next((value for name, value in exchange.request_headers if name.lower() == header), "none")
