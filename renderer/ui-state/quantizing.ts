import { create } from 'zustand';

/** The model that a person is about to quantize, by its id; null while nobody is. Asked for from more than one screen. */
export const useQuantizing = create<{ model: string | null }>(() => ({ model: null }));

export function quantize(model: string): void {
  useQuantizing.setState({ model });
}

export function endQuantizing(): void {
  useQuantizing.setState({ model: null });
}
