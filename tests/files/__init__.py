"""Papers that tests send: photographs and PDFs, good and bad, made in code so that each one's fault can be read."""
