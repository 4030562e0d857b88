"""Who was computed from what: a learner's run recorded, differentiated, its first fault located."""
