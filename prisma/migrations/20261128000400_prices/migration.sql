-- A version of a price stays as it was: receipts are computed from it again. When it began may be set, for a history that is imported.
create trigger price_append_only
  before delete or update of id, model_id, version, input_nanos, cached_input_nanos, cache_write_nanos, output_nanos, reasoning_nanos,
    image_nanos, audio_nanos, request_nanos, tiers on price
  for each row execute function refuse_change();

alter table price add constraint price_tiers_list check (jsonb_typeof(tiers) = 'array');
