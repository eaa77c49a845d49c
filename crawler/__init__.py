"""From a due feed to a clean article: schedule, crawl, extraction."""
