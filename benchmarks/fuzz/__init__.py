"""Coverage-guided fuzzing of what reads hostile input; needs `pip install atheris`, which is no part of the lock."""
