"""`vigie notice`: letters, from the draft to the answer; nothing leaves without an approval."""

from __future__ import annotations

import typer

from vigie.cli import notice_answers, notice_drafting, notice_reading, notice_sending, notice_tracks

app = typer.Typer(help="Letters: draft, preview, approve, send, replies.", no_args_is_help=True)
app.command("tracks")(notice_tracks.tracks)
app.command("draft")(notice_drafting.draft)
app.command("list")(notice_reading.list_notices)
app.command("preview")(notice_reading.preview)
app.command("import-docx")(notice_reading.import_docx)
app.command("changes")(notice_reading.changes)
app.command("retract")(notice_sending.retract)
app.command("ready")(notice_sending.ready)
app.command("vouch")(notice_sending.vouch)
app.command("approve")(notice_sending.approve)
app.command("undo")(notice_sending.undo)
app.command("send")(notice_sending.send)
app.command("mark-sent")(notice_sending.mark_sent)
app.command("reply")(notice_answers.reply)
app.command("answers")(notice_answers.answers)
app.command("unmatched")(notice_answers.unmatched)
app.command("check")(notice_tracks.check)
app.command("post")(notice_sending.post)
app.command("delist")(notice_tracks.delist)
