"""What is measured, and how, side by side with other libraries."""
