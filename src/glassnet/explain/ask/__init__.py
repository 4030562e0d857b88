"""Any number of a pass by its address: its formula, its terms, its words."""
