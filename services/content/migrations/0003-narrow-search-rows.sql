-- Counting matches reads no words, so words lie outside the rows: thousands of rows then fit into few pages.
alter table search_entries set (toast_tuple_target = 128);

-- down
alter table search_entries reset (toast_tuple_target);
