// The tables of the assembly log. Facts that lists filter by are separate from whole incidents.

import { topics } from '@tocsin/event-log/topics'
import type { TableGroup } from '../read-model.ts'

export const incidentTables: TableGroup = {
  topic: topics.assembly,
  tables: [
    'incident',
    'incident_body',
    'incident_name',
    'incident_event',
    'incident_seq',
    'report_taken_back'
  ],
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
