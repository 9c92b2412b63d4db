"""New publications: index pages and the PDFs they link to, fetched politely and only where it is allowed."""

__all__ = ["crawl", "crawl_store", "crawl_summary"]
