/** What the event-time / arrival-time plane shows. All times are milliseconds since the epoch. */

/** A point of the plane. */
export interface PlanePoint {
  readonly event: number;
  readonly arrival: number;
}

/** An element: when it happened and when it came. */
export interface PlaneEvent extends PlanePoint {
  /** Written into the mark when there is room for it; without any label, marks are small dots. */
  readonly label?: string;
  /** True: it came too late to count anywhere, and is drawn as a cross. */
  readonly dropped?: boolean;
  /** Shown when the mouse rests on it. */
  readonly hint?: string;
}

/** A firing of a window, drawn as a box from the window's first arrival to the moment of the firing. */
export interface PlanePane {
  readonly start: number;
  readonly end: number;
  readonly firedAt: number;
  readonly timing: 'early' | 'on-time' | 'late';
  readonly value: number | string;
  readonly index: number;
  readonly hint?: string;
}

/** Everything one picture shows. */
export interface PlaneScene {
  readonly title: string;
  readonly subtitle?: string;
  /** How to read the picture; wrapped below it. */
  readonly caption?: string;
  readonly events: readonly PlaneEvent[];
  /** The watermark that the windows saw, in order of arrival: it holds until the next point (`step`) or moves evenly to it (`line`). */
  readonly watermark: readonly PlanePoint[];
  readonly watermarkShape?: 'step' | 'line';
  readonly panes: readonly PlanePane[];
  /** What each axis spans; default: everything in the scene. */
  readonly span?: { readonly event: readonly [number, number]; readonly arrival: readonly [number, number] };
  /** Watermarks of single sources, drawn thin; the legend names the first. */
  readonly sources?: readonly { readonly name: string; readonly points: readonly PlanePoint[] }[];
  /** What is written along the axes. */
  readonly axes?: { readonly event: string; readonly arrival: string };
  /** What an event is called in the legend. Default: `element`. */
  readonly noun?: string;
}

/** How a scene is drawn. */
export interface PlaneOptions {
  /** Width of the drawing in its own units; it scales to where it is put. Default: 1200. */
  readonly width?: number;
  /** Default: 820. */
  readonly height?: number;
  /** `light` draws its own light card; `auto` has no ground and follows prefers-color-scheme. Default: `auto`. */
  readonly theme?: 'light' | 'auto';
}
