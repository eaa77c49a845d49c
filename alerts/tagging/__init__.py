"""Reading an article: mentions, frames, stage, dates, and the claims that follow from them."""
