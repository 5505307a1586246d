"""规矩 Guiju: compliance management for Chinese enterprises and those who supervise them."""

__version__ = "0.1.0"
