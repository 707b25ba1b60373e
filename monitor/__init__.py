"""The monitor recognises: watches, matching of names and images, human judgement."""
