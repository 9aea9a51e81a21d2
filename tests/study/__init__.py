"""The study of the nausea index: made-up and recorded hearts, through the real engine of a bed."""
