"""What people read: pages, tables and office files made from plain records."""
