"""What a page shows: each scene takes wishes, a verb a method, and answers with records."""
