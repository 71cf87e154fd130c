#pragma once
// What the tool tip of a trace says, for those who read by keys: a few lines below the text that follow the caret.

#include <QPlainTextEdit>
#include <QPointer>

namespace aha {

class TraceView;

class TokenLine : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit TokenLine(QWidget* parent = nullptr);

    /// Space and F2 in `view` show and hide the lines. They speak of the followed view that had the focus last.
    void follow(TraceView* view);

private:
    void toggle(TraceView* view);
    void refresh();

    QPointer<TraceView> m_view; ///< spoken of; shown only while it is
};

} // namespace aha
