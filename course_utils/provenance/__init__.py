"""Where a result came from, who did what, and how it says so when it is passed on."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "Studio": ("studio.OwnStudio", "provenance.Studio()"),
        "where_from": ("calls.where_from", "provenance.where_from(heart)"),
        "how_sure_is_it": ("calls.how_sure_is_it", "provenance.how_sure_is_it()"),
        "consent_ladder": ("calls.consent_ladder", "provenance.consent_ladder()"),
        "try_memory": ("calls.try_memory", "provenance.try_memory(copies=(1, 10, 100))"),
        "who_did_what": ("credit_calls.contribution", "provenance.who_did_what(poem)"),
        "decide": ("credit_calls.decision_cards", 'provenance.decide("sell")'),
        "licences": ("credit_calls.licences", "provenance.licences()"),
        "choose_licence": (
            "credit_calls.choose_licence",
            "provenance.choose_licence(name_me=True)",
        ),
        "take_with_credentials": (
            "credit_calls.take_with_credentials",
            'provenance.take_with_credentials(heart, format=".jpg")',
        ),
        "check_credentials": (
            "credit_calls.check_credentials",
            'provenance.check_credentials("heart.jpg")',
        ),
        "change_a_byte": ("tampering.change_a_byte", "provenance.change_a_byte(signed)"),
        "file_label": ("label_calls.file_label", 'provenance.file_label("heart.png")'),
        "mark_rates": ("credit_calls.mark_rates", "provenance.mark_rates(count=6)"),
        "find_picture_mark": (
            "credit_calls.find_picture_mark",
            'provenance.find_picture_mark("heart.jpg")',
        ),
        "marked_words": (
            "credit_calls.marked_words",
            'provenance.marked_words("The keeper opened the door and")',
        ),
        "save_reflection": (
            "credit_calls.save_reflection",
            'provenance.save_reflection("I chose the third one.")',
        ),
    },
)
