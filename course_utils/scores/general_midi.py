"""The names of General MIDI's 128 instruments, counted from 0.

Source: General MIDI System Level 1, MIDI Manufacturers Association 1991.
"""

__all__ = ["NAMES"]

NAMES = (
    "piano, bright piano, electric grand piano, honky-tonk piano, electric piano, electric piano 2,"
    " harpsichord, clavinet, celesta, glockenspiel, music box, vibraphone, marimba, xylophone,"
    " tubular bells, dulcimer, drawbar organ, percussive organ, rock organ, church organ, reed"
    " organ, accordion, harmonica, bandoneon, guitar, steel guitar, jazz guitar, clean electric"
    " guitar, muted guitar, overdriven guitar, distorted guitar, guitar harmonics, double bass,"
    " fingered bass guitar, picked bass guitar, fretless bass, slap bass, slap bass 2, synth bass,"
    " synth bass 2, violin, viola, cello, bowed double bass, tremolo strings, plucked strings,"
    " harp, timpani, strings, slow strings, synth strings, synth strings 2, choir, voice, synth"
    " voice, orchestra hit, trumpet, trombone, tuba, muted trumpet, horn, brass, synth brass, synth"
    " brass 2, soprano saxophone, alto saxophone, tenor saxophone, baritone saxophone, oboe,"
    " English horn, bassoon, clarinet, piccolo, flute, recorder, pan flute, blown bottle,"
    " shakuhachi, whistle, ocarina, square wave, saw wave, calliope, chiff, charang, synth voice"
    " lead, fifths, bass and lead, new age pad, warm pad, polysynth, choir pad, bowed glass, metal"
    " pad, halo pad, sweep pad, rain, soundtrack, crystal, atmosphere, brightness, goblins, echoes,"
    " science fiction, sitar, banjo, shamisen, koto, kalimba, bagpipe, fiddle, shehnai, tinkle"
    " bell, agogo, steel drums, woodblock, taiko, melodic tom, synth drum, reverse cymbal, guitar"
    " fret noise, breath, seashore, bird, telephone, helicopter, applause, gunshot"
).split(", ")
