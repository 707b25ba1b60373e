"""The pages of the portal: each function reads, asks the room that decides, and answers with one view."""
