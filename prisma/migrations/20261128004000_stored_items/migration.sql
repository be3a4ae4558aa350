-- Where an item of a stored response is found by its id: clients send back references to items instead of the items (`item_reference`).
create table stored_item (
  account_id uuid not null,
  item_id text not null,
  response_id uuid not null,
  position integer not null,
  primary key (account_id, item_id),
  constraint stored_item_response_fkey foreign key (account_id, response_id) references stored_response (account_id, id)
    on delete cascade on update cascade
);

create index stored_item_account_id_response_id_idx on stored_item (account_id, response_id);
