"""The daily work of compliance: one graph behind three lists, risks, checks, rectification, the quarterly hearing."""
