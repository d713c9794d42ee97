// Line icons, drawn here: 24 units square, one stroke. Decorative: words stand beside them.

const paths = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  sync: "M20 11a8 8 0 0 0-14.3-4L4 9m0-5v5h5M4 13a8 8 0 0 0 14.3 4L20 15m0 5v-5h-5",
  offline: "M3 3l18 18M7 9.5A7 7 0 0 0 7 18h10.5M10 6.3A6 6 0 0 1 18 10.5a4 4 0 0 1 2.2 6.2",
  alert: "M12 4l9.5 16h-19zM12 10v4.5M12 17.4v.1",
  pause: "M9 6v12M15 6v12",
  key: "M14 10a4 4 0 1 1-1.2-2.8M12.8 11L21 11M18 11v3.5",
  ship: "M4 14h16l-2.4 6H6.4zM7 14V8h5v6M12 14v-4h5v4",
  quote: "M6 3h9l4 4v14H6zM9.5 12h6M9.5 16h4M14.5 3v4.5H19",
  invoice: "M5 3v18l2.4-1.6L9.7 21l2.3-1.6 2.3 1.6 2.3-1.6L19 21V3zM9 8h6M9 12h6",
  customer:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.5a3.3 3.3 0 0 1 0 6.2M18 14.4c2 .8 3.2 2.6 3.5 5.6",
  document: "M6 3h9l4 4v14H6zM14.5 3v4.5H19",
  upload: "M12 16V5M7 9.5L12 4.5l5 5M5 19.5h14",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16.2 16.2L21 21",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  left: "M14.5 5.5L8 12l6.5 6.5",
  right: "M9.5 5.5L16 12l-6.5 6.5",
  arrow: "M4 12h15M14 7l5 5-5 5",
  trash: "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5",
  shield: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6z",
  ring: "M12 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2.5M12 19.5V22M4.2 4.2L6 6M18 18l1.8 1.8M2 12h2.5M19.5 12H22M4.2 19.8L6 18M18 6l1.8-1.8",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  link: "M7 12h10M9 7H7a5 5 0 0 0 0 10h2M15 7h2a5 5 0 0 1 0 10h-2",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      className={`icon icon-${name}`}
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
