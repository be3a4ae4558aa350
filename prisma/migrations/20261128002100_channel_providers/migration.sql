-- A channel's protocol names the kind of vendor behind it, which says more than the wire protocol alone: there was one kind until now.
update channel set protocol = 'openai' where protocol = 'openai-chat';
