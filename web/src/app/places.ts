/** Where one comes to on another page: its top, or, on the way back, where one was. */

import { useEffect, useLayoutEffect, useRef } from 'react';
import { useLocation } from 'wouter';

const MAIN = 'main';
const places = new Map<string, number>();
let goingBack = false;

/** Keeps places of scrolling, and hands the focus to the page that is new, so that it is read from its beginning. */
export function usePlaces(): void {
  const [path] = useLocation();
  const before = useRef(path);

  useEffect(() => {
    window.history.scrollRestoration = 'manual';
    const onPop = () => {
      goingBack = true;
    };
    window.addEventListener('popstate', onPop);
    return () => window.removeEventListener('popstate', onPop);
  }, []);

  useEffect(() => {
    const onScroll = () => places.set(path, window.scrollY);
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, [path]);

  useLayoutEffect(() => {
    if (before.current === path) return;
    before.current = path;
    window.scrollTo(0, goingBack ? (places.get(path) ?? 0) : 0);
    goingBack = false;
    focusPage();
  }, [path]);
}

/** Hands the focus to the page, as where what had it is gone. */
export function focusPage(): void {
  document.getElementById(MAIN)?.focus({ preventScroll: true });
}
