"""The pages of every register: list, record, form, import, export, print. One engine for all of them."""
