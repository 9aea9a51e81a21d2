"""The pager: an alarm that calls reaches a person who is not looking at a screen."""
