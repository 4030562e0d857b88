"""A network and its preparation as JavaScript, for a page that answers by itself."""
