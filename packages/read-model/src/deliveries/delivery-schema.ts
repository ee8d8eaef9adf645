// The tables of deliveries: each delivery, what a subscription was notified of for each alert and
// when that is looked at again, the rest of what is known of a subscription, and when which position
// of the log was reached. Bodies are JSON. `look_ms`: 0 now; null: only when something changes.

import { topics } from '@tocsin/event-log/topics'
import type { TableGroup } from '../read-model.ts'

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
