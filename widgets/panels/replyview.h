#pragma once
// One answer of one model: the thinking part folded behind its count and time, the answer, what can be done with it.

#include "widgets/panels/tracecolors.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace aha {

class ReplyText;
class TokenText;

class ReplyView : public QWidget {
    Q_OBJECT
public:
    explicit ReplyView(QWidget* parent = nullptr);

    /// `behindAnother`: its model computes when that answer has ended.
    void present(const ReplyText& reply, bool behindAnother);
    void setHeat(Heat heat);
    bool thinkUnfolded() const;

Q_SIGNALS:
    void copyRequested();
    void againRequested();

private:
    QToolButton* m_fold;
    QLabel* m_unknown;
    TokenText *m_think, *m_answer;
    QLabel *m_note, *m_problem;
    bool m_unfolded = false; ///< by itself, once
    QToolButton *m_copy, *m_again;
};

} // namespace aha
