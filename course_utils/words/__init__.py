"""Words: short texts from a topic, a text that grows, a story with choices."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "make": ("calls.make_words", 'words.make("the moon", template="haiku")'),
        "Studio": ("studio.WordsStudio", 'words.Studio("the moon")'),
        "WritingStudio": (
            "writing_studio.WritingStudio",
            'words.WritingStudio("My aunt keeps a whale.")',
        ),
        "StoryStudio": ("story_studio.StoryStudio", "words.StoryStudio(seed=8)"),
        "my_version": (
            "calls.my_version",
            'words.my_version(poem, "The moon is a lamp for owls.")',
        ),
        "begin": ("calls.begin_text", 'words.begin("My aunt keeps a whale.")'),
        "suggest": ("calls.suggest", "words.suggest(story)"),
        "keep": ("calls.keep", "words.keep(suggestions)"),
        "write_on": ("calls.write_on", 'words.write_on(story, "My aunt keeps two whales.")'),
        "story_turn": ("calls.story_turn", 'words.story_turn(do="open the door")'),
        "whose": ("calls.whose_text", "words.whose(story)"),
        "kind_of_text": ("calls.kind_of_text", 'words.kind_of_text("haiku")'),
        "use_model": ("calls.use_words_model", "words.use_model()"),
        "about_model": ("calls.about_words_model", "words.about_model()"),
        "OddsPanel": ("odds_panel.OddsPanel", 'words.OddsPanel("The girl opened the")'),
        "next_words": ("inside.next_words", 'words.next_words("The girl opened the")'),
        "pieces_of": ("inside.pieces_of", 'words.pieces_of("The unbelievable rhinoceros")'),
        "with_examples": ("inside.with_examples", 'words.with_examples("haiku", "the sea")'),
        "chain_words": (
            "inside.chain_words",
            'words.chain_words("the cat saw the dog", after="the")',
        ),
        "chain_beside_model": (
            "inside.chain_beside_model",
            'words.chain_beside_model("the cat saw the dog", "the")',
        ),
    },
    model="words",
)
