"""What is printed: words in a language without a page that asks, and PDF files. It knows no subject and no database."""
