"""The words of documents: .docx .doc .wps .pdf .txt and relatives, read in a process of its own under limits."""
