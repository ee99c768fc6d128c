"""What all studios and lessons share: your work, cards, answers, saving and bringing back."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "card": ("calls.make_card", 'work.card(heart, poem, tune, title="My first card")'),
        "earlier": ("calls.earlier", 'work.earlier("picture", "a rainbow")'),
        "history": ("calls.show_history", "work.history()"),
        "family": ("calls.show_family", "work.family(heart)"),
        "download_all": ("calls.download_all", "work.download_all()"),
        "save": ("save_work.save", "work.save()"),
        "resume": ("save_work.resume", 'work.resume("my_work.zip")'),
        "answer": (
            "save_work.answer",
            'work.answer("What was slow?", "The first picture.", lesson="09")',
        ),
        "show_progress": ("save_work.show_progress", "work.show_progress()"),
        "Keeper": ("save_work.WorkKeeper", 'work.Keeper("What was slow?", lesson="09")'),
    },
)
