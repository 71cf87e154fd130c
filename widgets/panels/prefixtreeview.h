#pragma once
// Draws where the completions of a group part ways: the shared beginning on the left, one box per branch, as tall as
// the share of completions that took it and coloured by what they earned on average.

#include "widgets/models/grouptree.h"

#include <QAbstractScrollArea>

namespace aha {

/// Arrow keys walk the boxes (left: what led here, right: the largest way on), Enter or a click chooses one.
class PrefixTreeView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit PrefixTreeView(QWidget* parent = nullptr);
    void setTree(const GroupTree& tree);
    const GroupTree& tree() const { return m_tree; }
    /// Where a branch is drawn, in the viewport's coordinates; for tests and tool tips.
    QRect boxOf(int branch) const;
    int current() const { return m_current; }
    /// What the tool tip and a screen reader say about a branch; plain text.
    QString describe(int branch) const;

Q_SIGNALS:
    void branchChosen(int branch);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void arrange();
    void setCurrent(int branch);
    void choose(int branch);
    int branchAt(const QPoint& point) const;
    int beside(int branch, int by) const;
    void paintBox(QPainter& painter, int branch) const;

    GroupTree m_tree;
    std::vector<QRect> m_boxes; ///< in the coordinates of the whole picture
    int m_current = -1, m_hovered = -1;
};

} // namespace aha
