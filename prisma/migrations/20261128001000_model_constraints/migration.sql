-- What a model's own server takes (ranges, refused fields) and what is recommended for it: data of the model, edited by administrators.
alter table model add column constraints jsonb not null default '{}';
