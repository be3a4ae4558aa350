-- Links with the campus's own sign-in, as they are written from now on. See docs/campus-sign-in.md.

-- OpenID Connect: a person's `sub` may be another for each client, so the client belongs to the issuer. Links were made by the client that is set up now. Where
-- that is no client of OpenID Connect any more they keep what they have, which fits nobody: whoever comes is linked anew, as with another server.
update campus_link l set issuer = l.issuer || ' ' || p.client_id
  from campus_provider p where p.kind = 'oidc' and l.issuer like 'oidc %';

-- CAS: the name that somebody signs in with is the same in any letters. Where two accounts were linked with one name in different letters, the link that was
-- used last is that person's. The other is not deleted: an account without a link is linked with whoever comes next with its ID. It gets a name that nobody has, since
-- names have no capital letters now; so the account is refused to all, and an administrator, who can tell whose it is, unlinks it.
update campus_link l set subject = l.subject || ' SUPERSEDED'
  from (select user_id, row_number() over (partition by issuer, lower(subject collate "C") order by last_used_at desc, linked_at desc, user_id desc) as place
    from campus_link where issuer like 'cas %') as r
  where r.user_id = l.user_id and r.place > 1;
update campus_link set subject = lower(subject collate "C")
  where issuer like 'cas %' and subject <> lower(subject collate "C") and subject not like '% SUPERSEDED';
