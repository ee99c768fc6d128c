"""What a model does when nobody says who, and what results cost."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "Studio": ("studio.AuditStudio", "fairness.Studio(each=4)"),
        "count_people": ("calls.audit", 'fairness.count_people(["a doctor", "a teacher"], each=4)'),
        "compare_audits": ("calls.before_after", "fairness.compare_audits(first, second)"),
        "run_bias_lab": (
            "calls.bias_lab",
            'fairness.run_bias_lab("teacher", "light", "dark", shares=(8, 1))',
        ),
        "in_words": ("calls.fair_words", 'fairness.in_words(["nurse", "doctor"])'),
        "in_music": ("calls.fair_music", "fairness.in_music()"),
        "cost_of": ("calls.cost_of", 'fairness.cost_of(pictures.make("a teacher"))'),
        "report": (
            "calls.audit_report",
            'fairness.report([first], claim="…", limits="…", wish="…")',
        ),
    },
)
