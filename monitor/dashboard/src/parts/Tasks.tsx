// What staff are asked to do at this bed, each with its time; seen, never heard.
import { type Signal, useComputed } from "@preact/signals";
import { now } from "../state";
import { byDue, dueWords } from "../view/tasks";
import type { BedView, Task } from "../wire";

export function Tasks({ bed }: { bed: Signal<BedView> }) {
  const tasks = useComputed(() => [...bed.value.tasks].sort(byDue)).value;
  if (tasks.length === 0) return null;
  return (
    <section>
      <h3>To do</h3>
      <dl class="facts">
        {tasks.map((task) => (
          <One key={task.kind + task.opened_at} task={task} />
        ))}
      </dl>
    </section>
  );
}

function One({ task }: { task: Task }) {
  const due = useComputed(() => dueWords(task, now.value));
  return (
    <div>
      <dt>{due}</dt>
      <dd>{task.text}</dd>
    </div>
  );
}
