// What the service sends over /ws: the mirror of monitor/views.py and of the structs it carries.
// Instants are ISO 8601 UTC text.

export type Priority = "low" | "medium" | "high";
export type Origin = "real" | "test" | "demo";
export type Validity = "valid" | "questionable" | "unavailable" | "invalid";

/** The newest reading of one metric; `value` null shows as dashes. */
export interface ReadingView {
  value: number | null;
  at: string;
  age: number;
  validity: Validity;
  origin: Origin;
  device: string;
  reason?: string | null;
  history?: boolean;
  unit?: string;
  last_value?: number | null;
  last_value_at?: string | null;
}

/** One device of a bed; `up` null: never seen since the service started. */
export interface DeviceView {
  device: string;
  kind: string;
  up: boolean | null;
  since: string | null;
  reason: string | null;
  battery?: number | null;
}

/** One change of one occurrence of an alarm condition. Site alarms have bed null. */
export interface AlarmEvent {
  at: string;
  id: string;
  seq: number;
  bed: string | null;
  session: string | null;
  occurrence: string;
  condition: string;
  kind: "physiological" | "technical";
  priority: Priority;
  change:
    | "pending"
    | "start"
    | "update"
    | "escalate"
    | "deescalate"
    | "acknowledge"
    | "latch"
    | "end";
  cause: string | null;
  presence: "pending" | "present" | "unknown" | "absent";
  signal: "off" | "on" | "latched" | "acknowledged";
  value: number | null;
  limit: number | null;
  metric: string | null;
  text: string;
  origin: Origin;
  by?: string | null;
  latching?: boolean;
  covered_by?: string | null;
  /** An update that only reminds of an acknowledged alarm. */
  reminder?: boolean;
  /** Who was called and comes, or does not; null as soon as the alarm is acknowledged. */
  responsibility?: Responsibility | null;
}

/** An acceptance lapses at `lapses_at` unless the alarm is acknowledged before. */
export interface Responsibility {
  stance: "accepted" | "rejected";
  by: string;
  at: string;
  on_site: boolean;
  lapses_at: string | null;
}

/** An occurrence that stands: its latest event, and what its signal is doing. */
export interface StandingAlarm {
  event: AlarmEvent;
  onset_at: string;
  audible: boolean;
  paused_until?: string | null;
  worst?: number | null;
}

/** A condition whose delay is running. */
export interface PendingMark {
  condition: string;
  since: string;
  announced_at: string;
  text: string;
}

/** Something that keeps an alarm or its sound back for a while: by whom, why, until when. */
export interface Hold {
  kind: string;
  owner: string;
  reason: string;
  since: string;
  until: string;
}

/** What staff are asked to do; shown with its time, never heard. */
export interface Task {
  kind: string;
  text: string;
  opened_at: string;
  due_at?: string | null;
  condition?: string | null;
}

/** One sign of nausea in heart rate and beats; `points` null where `missing` says why. */
export interface Sign {
  name: string;
  label: string;
  points: number | null;
  most: number;
  value?: number | null;
  text?: string;
  missing?: string | null;
}

/** The nausea index; `total` null where `missing` says why. `asking`: watches without an answer. */
export interface NauseaIndex {
  total: number | null;
  missing: string | null;
  enter: number;
  signs: Sign[];
  watching?: boolean;
  asking?: number;
  right?: number;
  wrong?: number;
}

/** An open BP-CHECK: repeat the cuff reading, from when, until when, and why. */
export interface CheckStatus {
  condition: string;
  due_from: string;
  due_until: string;
  start_device?: string | null;
  text: string;
}

/** One line of the discharge criteria; `because` in words, its spans beside it as instants. */
export interface DischargeLine {
  id: string;
  text: string;
  state: "met" | "not_met" | "unknown";
  because?: string;
  since?: string | null;
  due_at?: string | null;
  again_at?: string | null;
  hard?: boolean;
  overridden_by?: string | null;
  override_reason?: string | null;
}

/** The patient is off the monitor: why, with whom, by whose order, until when at most. */
export interface StandbyStatus {
  reason: string;
  escort: string;
  by: string;
  since: string;
  until: string;
}

export interface Baseline {
  systolic?: number | null;
  diastolic?: number | null;
  heart_rate?: number | null;
  spo2?: number | null;
}

export interface SessionView {
  id: string;
  protocol: string;
  visit: string;
  initials: string;
  origin: Origin;
  began_at: string;
  dose_at?: string | null;
  infusion_end_at?: string | null;
  baseline?: Baseline | null;
  gate?: string | null;
  next_cuff_at?: string | null;
  cuff_interval_s?: number | null;
  check?: CheckStatus | null;
  discharge?: DischargeLine[];
  signed_by?: string | null;
  signed_at?: string | null;
  sensors_off_by?: string | null;
  sensors_off_until?: string | null;
}

export type TrendPoint = [at: number, value: number];

/** One bed, whole. `state` "unknown": the bed's engine failed. */
export interface BedView {
  bed: string;
  label: string;
  /** "": the site has no wards. */
  ward?: string;
  state: string;
  phase: string;
  session: SessionView | null;
  readings: Record<string, ReadingView>;
  alarms: StandingAlarm[];
  pending: PendingMark[];
  holds: Hold[];
  tasks: Task[];
  nausea_index?: NauseaIndex | null;
  devices: DeviceView[];
  standby: StandbyStatus | null;
  not_ready: string[];
  /** "no session": somebody is measured at this bed without one. */
  note: string;
  pause_until: string | null;
  trend?: Record<string, TrendPoint[]>;
}

export interface Limits {
  low?: number | null;
  high?: number | null;
}

export interface Snapshot {
  kind: "snapshot";
  epoch: string;
  seq: number;
  at: string;
  site: string;
  origin: Origin;
  speed: number;
  version: string;
  station: string;
  beds: BedView[];
  site_alarms: StandingAlarm[];
  log: AlarmEvent[];
  limits: Record<string, Limits>;
  stale_after_s: Record<string, number>;
  red_flags: string[];
}

/** What changed since message `since`; an empty one is a heartbeat. */
export interface Frame {
  kind: "frame";
  seq: number;
  since: number;
  at: string;
  beds: Record<string, Partial<BedView>>;
  events: AlarmEvent[];
  site_alarms?: StandingAlarm[] | null;
}

export type Message = Snapshot | Frame;
