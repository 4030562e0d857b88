"""From records to text, pictures and pages. A view computes nothing: it shows what it is given."""
