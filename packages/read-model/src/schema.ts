// The tables, by the log from which each is folded.

import { topics } from '@tocsin/event-log/topics'
import type { TableGroup } from './read-model.ts'

/**
 * Reports, their numbers in alert events, and when each source last reported. `report_fact` has the
 * clocks, rules and declarations of theatres, and what officers asked for.
 */
export const reportTables: TableGroup = {
  topic: topics.incidents,
  schema: `
create table report(
  n integer primary key, id_start integer not null, report_id text not null, body text not null,
  outside_at integer, handling text
) strict;
create index report_id_start on report(id_start);
create index report_outside on report(outside_at) where outside_at is not null;
create table report_own(
  key_id text not null, at integer not null, report_id text not null,
  primary key(key_id, at, report_id)
) strict, without rowid;
create table report_number(
  theatre text not null, n integer not null, report integer not null, record_id text not null,
  handling text not null, public integer not null, partners integer not null,
  internal integer not null, primary key(theatre, n)
) strict, without rowid;
create index report_number_report on report_number(report);
create table source_day(
  source_id text not null, theatre text not null, day integer not null, handling text not null,
  count integer not null, last text not null, primary key(source_id, theatre, day, handling)
) strict, without rowid;
create table pair_declared(
  theatre text not null, a text not null, b text not null, same integer not null,
  action text not null, position integer not null, first_by text, primary key(theatre, a, b)
) strict, without rowid;
create index pair_other on pair_declared(theatre, b);
create index pair_first on pair_declared(theatre, first_by) where first_by is not null;
create table report_fact(key text primary key, value text not null) strict, without rowid;`
}

/** Facts that lists filter by are separate from whole incidents. */
export const incidentTables: TableGroup = {
  topic: topics.assembly,
  schema: `
create table incident(
  n integer primary key, theatre text not null, incident_id text not null, levels integer not null,
  touched_at text not null, cause text, withdrawn integer not null, occurred integer not null,
  occurred_to integer not null, category text not null, country text, admin1 text,
  sources text not null
) strict;
create index incident_id on incident(incident_id, theatre);
create index incident_order on incident(
  touched_at, incident_id, theatre, levels, withdrawn, occurred, category, country, admin1, sources
);
create table incident_body(n integer primary key, body text not null) strict;
create table incident_name(
  name text not null, kind text not null, theatre text not null, incident_id text not null,
  levels integer not null, primary key(name, kind, theatre, incident_id)
) strict, without rowid;
create table incident_event(
  incident_id text not null, theatre text not null, partition integer not null,
  position integer not null, levels integer not null,
  primary key(incident_id, theatre, partition, position)
) strict, without rowid;
create table report_taken_back(
  report_id text not null, theatre text not null, levels integer not null,
  primary key(report_id, theatre)
) strict, without rowid;
create table incident_seq(
  theatre text not null, levels integer not null, seq integer not null, primary key(theatre, levels)
) strict, without rowid;`
}

/**
 * Facts for searches are separate from bodies, which are read when an alert is shown; the content of
 * past events is read from the log.
 */
export const alertTables: TableGroup = {
  topic: topics.alerts,
  schema: `
create table kind(id integer primary key, facts text not null unique) strict;
create table alert(
  n integer primary key, alert_id text not null, theatre text not null, levels integer not null,
  shown integer not null, first_time text not null, kind integer not null, disposition text,
  lat real, lon real, km real, listed text
) strict;
create index alert_id on alert(alert_id);
create index alert_order on alert(first_time, alert_id);
create index alert_kind on alert(kind, disposition, first_time, alert_id, shown);
create index alert_listed on alert(theatre) where listed is not null;
create table alert_body(n integer primary key, body text not null) strict;
create virtual table alert_place using rtree(n, south, north, west, east);
create table alert_headline(n integer primary key, folded text) strict;
create index headline_missing on alert_headline(n) where folded is null;
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

export const quarantineTables: TableGroup = {
  topic: topics.quarantine,
  schema: `
create table quarantine(
  n integer primary key, id text not null unique, partition integer not null,
  position integer not null, at integer not null, body text not null, settled text
) strict;
create index quarantine_open on quarantine(n) where settled is null;`
}

/**
 * Each delivery, what a subscription was notified of for each alert and when that is looked at again,
 * the rest of what is known of a subscription, and when which position of the log was reached. Bodies
 * are JSON. `look_ms`: 0 now; null: only when something changes.
 */
export const deliveryTables: TableGroup = {
  topic: topics.deliveries,
  schema: `
create table delivery(
  subscription integer not null, sequence integer not null, state text not null,
  alert_id text not null, is_aside integer not null, is_held integer not null,
  is_unnamed integer not null, body text not null, primary key(subscription, sequence)
) strict;
create index delivery_in_state on delivery(subscription, state, sequence);
create index delivery_aside on delivery(subscription, is_aside, sequence)
  where state = 'pending' and is_aside = 1;
create index delivery_unnamed on delivery(subscription, is_unnamed, sequence)
  where is_unnamed = 1;
create index delivery_of_alert on delivery(subscription, alert_id, sequence);
create index delivery_held on delivery(subscription, is_held, sequence) where is_held = 1;
create table delivery_alert(
  subscription integer not null, alert_id text not null, lane integer not null,
  first_waiting integer not null, look_ms integer, body text not null, primary key(subscription, alert_id)
) strict, without rowid;
create index delivery_alert_now on delivery_alert(subscription, lane, first_waiting)
  where look_ms = 0;
create index delivery_alert_later on delivery_alert(subscription, look_ms) where look_ms > 0;
create table delivery_subscription(
  n integer primary key, subscription_id text not null unique, body text not null
) strict;
create table delivery_time(
  partition integer not null, hour integer not null, position integer not null,
  primary key(partition, hour)
) strict, without rowid;`
}
