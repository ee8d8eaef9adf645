// The tables of the alerts log. Facts for searches are separate from bodies, which are read when an
// alert is shown; the content of past events is read from the log.

import { topics } from '@tocsin/event-log/topics'
import type { TableGroup } from '../read-model.ts'

export const alertTables: TableGroup = {
  topic: topics.alerts,
  tables: [
    'kind',
    'alert',
    'alert_body',
    'alert_place',
    'alert_headline',
    'alert_listed',
    'alert_call',
    'event',
    'act',
    'outcome',
    'accepted',
    'fold',
    'alert_link',
    'alert_cause'
  ],
  schema: `
create table kind(id integer primary key, facts text not null unique) strict;
create table alert(
  n integer primary key, alert_id text not null, theatre text not null, levels integer not null,
  shown integer not null, first_time text not null, kind integer not null, disposition text,
  lat real, lon real, km real
) strict;
create index alert_id on alert(alert_id);
create index alert_order on alert(first_time, alert_id);
create index alert_kind on alert(kind, disposition, first_time, alert_id, shown);
create table alert_body(n integer primary key, body text not null) strict;
create virtual table alert_place using rtree(n, south, north, west, east);
create table alert_headline(n integer primary key, folded text) strict;
create index headline_missing on alert_headline(n) where folded is null;
create table alert_listed(n integer primary key, listed text not null) strict;
create table alert_call(
  n integer not null, i integer not null, kind integer not null, shown integer not null,
  paged_at integer not null, severity text not null, drill integer not null, acknowledged_s integer,
  responded_s integer, detected_s integer, unacknowledged integer not null, officer text,
  primary key(n, i)
) strict, without rowid;
create index call_kind on alert_call(
  kind, drill, severity, shown, paged_at, acknowledged_s, responded_s, detected_s, unacknowledged
);
create index call_officer on alert_call(
  officer, drill, kind, shown, paged_at, acknowledged_s, responded_s, detected_s, unacknowledged
) where officer is not null;
create table event(
  partition integer not null, position integer not null, alert_id text not null, theatre text not null,
  levels integer not null, readers integer not null, kind integer, lat real, lon real, km real,
  revision integer not null, type text not null, notify text, taken integer not null,
  at integer not null, waiting integer not null, primary key(partition, position)
) strict, without rowid;
create index event_alert on event(alert_id, position);
create index event_readers on event(partition, theatre, readers, position);
create table act(
  at text not null, partition integer not null, position integer not null, id text not null,
  type text not null, alert_id text not null, theatre text not null, by_id text not null,
  by_name text not null, handling text not null, primary key(at, partition, position)
) strict, without rowid;
create table outcome(action_id text primary key, outcome text not null) strict, without rowid;
create table accepted(
  chain text not null, seq integer not null, hash text not null, primary key(chain, seq)
) strict, without rowid;
create table fold(
  theatre text not null, fold text not null, position integer not null, primary key(theatre, fold)
) strict, without rowid;
create table alert_link(
  theatre text not null, fold text not null, name text not null, alert_id text not null,
  primary key(theatre, fold, name, alert_id)
) strict, without rowid;
create table alert_cause(
  cause text not null, alert_id text not null, primary key(cause, alert_id)
) strict, without rowid;`
}
