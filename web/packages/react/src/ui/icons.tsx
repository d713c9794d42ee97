// Line icons, drawn here: 24 units square, one stroke. Decorative: words stand beside them.

const paths = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  sync: "M20 11a8 8 0 0 0-14.3-4L4 9m0-5v5h5M4 13a8 8 0 0 0 14.3 4L20 15m0 5v-5h-5",
  offline: "M3 3l18 18M7 9.5A7 7 0 0 0 7 18h10.5M10 6.3A6 6 0 0 1 18 10.5a4 4 0 0 1 2.2 6.2",
  alert: "M12 4l9.5 16h-19zM12 10v4.5M12 17.4v.1",
  pause: "M9 6v12M15 6v12",
  play: "M8 5.5v13l10.5-6.5z",
  key: "M14 10a4 4 0 1 1-1.2-2.8M12.8 11L21 11M18 11v3.5",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16.2 16.2L21 21",
  close: "M6 6l12 12M18 6L6 18",
  back: "M14.5 5.5L8 12l6.5 6.5",
  forward: "M9.5 5.5L16 12l-6.5 6.5",
  arrow: "M4 12h15M14 7l5 5-5 5",
  undo: "M9 7L4.5 11.5 9 16M5 11.5h9a5 5 0 0 1 0 10h-2",
  trash: "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5",
  shield: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6z",
  ring: "M12 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10z",
  settings:
    "M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8.5 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  split: "M12 21v-6m0 0l-6-6V4m6 11l6-6V4M3.5 6.5L6 4l2.5 2.5M15.5 6.5L18 4l2.5 2.5",
} as const;

export type IconName = keyof typeof paths;

/** Icons that point along the line of text turn around with it. */
const turning = new Set<IconName>(["back", "forward", "arrow", "undo"]);

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      className={`sw-icon sw-icon-${name}${turning.has(name) ? " sw-turns" : ""}`}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
