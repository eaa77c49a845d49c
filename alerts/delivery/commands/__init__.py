"""The answers to questions that people ask the bot: a file per kind of question."""
