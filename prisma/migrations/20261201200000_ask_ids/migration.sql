-- A question whose reply was lost is sent again with the same id, and is not asked twice. docs/playground.md.

-- Of a question: made from its asker and the id that their page gave it, so that the ids of two people never meet.
alter table turn add column ask_id uuid;
create unique index turn_ask_id_idx on turn (ask_id) where ask_id is not null;
