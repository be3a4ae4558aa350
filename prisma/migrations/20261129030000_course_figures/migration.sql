-- What a course's money paid, by hour: its figures and statements read nothing else of the campus. No update of a row touches these columns, so
-- that counting a request stays a change in place.
create index usage_rollup_pool_id_hour_idx on usage_rollup (pool_id, hour);
